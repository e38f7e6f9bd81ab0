// The best detector of a burst whose time, shape and strength are known: Pd = Q(Q^-1(Pfa) - d)
// (Kay, Fundamentals of Statistical Signal Processing II, 1998, eq. 4.14).

import { above, quantileAbove } from "../dsp/gaussian.js";

export const knownDetection = (deflection, falseAlarmRate) => above(quantileAbove(falseAlarmRate) - deflection);
