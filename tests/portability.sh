#!/usr/bin/env bash
# Runs the tests as other machines would run them: with the kernels that libraries choose on other processors,
# with other numbers of workers, in random order, from another folder, as another user, under other Pythons.
#
#   tests/portability.sh [--fast] [NAME...]    the named settings, or all; --fast: the tests of arithmetic alone
#   tests/portability.sh --list                the names of the settings
#
# PYTHON is the interpreter (.venv/bin/python), WORKERS the number of processes (2), SEED that of the random order.
# What the tests of a setting print is kept in build/portability/NAME.log. The exit status is 1 if one is red.
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
workers=${WORKERS:-2}
seed=${SEED:-$RANDOM}
logs=$root/build/portability
settings=(
  plain mkl-compatible mkl-avx2 mkl-sse4 onednn-sse41 openblas-haswell openblas-prescott aten-default
  numpy-baseline one-worker two-workers random-order other-folder other-user python3.11 python3.12 python3.13
)
# What depends on how a library rounds and on the order in which it adds: a minute on two cores.
arithmetic=(
  tests/test_contract.py tests/neural/test_constructed.py
  tests/neural/test_onnx_device.py tests/neural/test_training.py
  tests/neural/test_shipped_nets.py::test_batch_against_single_and_order
)
tests=(tests)
options=()
user=()     # what comes before the interpreter, to be another user
skipped=77  # the exit status of a setting that this machine cannot have

suite() {  # further words are further options of pytest
  PYTHONPATH=$root OMP_NUM_THREADS=1 "${user[@]}" "$python" -m pytest -c "$root/pyproject.toml" \
    --rootdir "$root" -n "$workers" --dist loadfile -m "not slow" "${options[@]}" "$@" "${tests[@]/#/$root/}"
}

skip() {
  echo "$1"
  return $skipped
}

on_x86() {  # VARIABLE=VALUE, which only libraries for these processors read
  [ "$(uname -m)" = x86_64 ] || { skip "only x86-64 has these kernels"; return; }
  (export "$1" && suite)
}

with_avx2() {
  grep -qw avx2 /proc/cpuinfo 2>/dev/null || { skip "the system names no processor with AVX2"; return; }
  on_x86 "$1"
}

# NumPy refuses to disable what belongs to its baseline: only what it adds on this processor, AVX2 and more, can go.
without_numpy_kernels() {
  local added
  added=$("$python" -c "
from numpy._core._multiarray_umath import __cpu_dispatch__ as added, __cpu_features__ as here
print(','.join(name for name in added if here[name]))") || return
  [ -n "$added" ] || { skip "NumPy adds no kernels on this processor"; return; }
  NPY_DISABLE_CPU_FEATURES=$added suite
}

from_another_folder() {
  local folder
  folder=$(mktemp -d)
  (cd "$folder" && suite -p no:cacheprovider)
  local status=$?
  rm -rf "$folder"
  return $status
}

as_another_user() {
  [ "$(id -u)" = 0 ] || { skip "only root can become another user"; return; }
  local home nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  # Through env, as below: setpriv itself still has root's rights when it looks for the program.
  "${nobody[@]}" env "$python" -c "" || { skip "another user cannot run $python"; return; }
  home=$(mktemp -d)
  mkdir "$home/tmp"
  chown -R 65534:65534 "$home"
  local user=("${nobody[@]}" env HOME="$home" TMPDIR="$home/tmp" PYTHONDONTWRITEBYTECODE=1)
  suite -p no:cacheprovider
  local status=$?
  rm -rf "$home"
  return $status
}

under() {  # PYTHON3.X, in an environment of its own with the versions of constraints.txt
  "$1" -c "" || { skip "$1 is not installed"; return; }
  local python=$logs/$1/bin/python
  if ! [ -e "$logs/$1/complete" ]; then
    local install=("$python" -m pip install --quiet --disable-pip-version-check -c "$root/constraints.txt")
    "$1" -m venv --clear "$logs/$1" && "${install[@]}" torch && "${install[@]}" -e "$root[dev]" || return
    touch "$logs/$1/complete"
  fi
  suite
}

run() {
  case $1 in
    plain) suite ;;
    mkl-compatible) on_x86 MKL_CBWR=COMPATIBLE ;;
    mkl-avx2) with_avx2 MKL_CBWR=AVX2 ;;
    mkl-sse4) on_x86 MKL_ENABLE_INSTRUCTIONS=SSE4_2 ;;
    onednn-sse41) on_x86 ONEDNN_MAX_CPU_ISA=SSE41 ;;
    openblas-haswell) with_avx2 OPENBLAS_CORETYPE=Haswell ;;
    openblas-prescott) on_x86 OPENBLAS_CORETYPE=Prescott ;;
    aten-default) on_x86 ATEN_CPU_CAPABILITY=default ;;
    numpy-baseline) without_numpy_kernels ;;
    one-worker) workers=1 suite ;;
    two-workers) workers=2 suite ;;
    random-order) suite --random-order --random-order-seed="$seed" ;;
    other-folder) from_another_folder ;;
    other-user) as_another_user ;;
    python3.*) under "$1" ;;
  esac
}

chosen=()
for word in "$@"; do
  case $word in
    --list) printf '%s\n' "${settings[@]}"; exit ;;
    --fast) tests=("${arithmetic[@]}") ;;
    *)
      printf '%s\n' "${settings[@]}" | grep -qxF -e "$word" || { echo "no such setting: $word" >&2; exit 2; }
      chosen+=("$word") ;;
  esac
done
[ ${#chosen[@]} -gt 0 ] || chosen=("${settings[@]}")

mkdir -p "$logs"
result=0
for name in "${chosen[@]}"; do
  run "$name" >"$logs/$name.log" 2>&1
  case $? in
    0) colour=green ;;
    $skipped) colour=skipped ;;
    *) colour=red result=1 ;;
  esac
  printf '%-18s %-8s %s\n' "$name" "$colour" "$(tail -n 1 "$logs/$name.log")"
  [ $colour != red ] || grep -E '^(FAILED|ERROR)' "$logs/$name.log" | sed 's/^/    /'
done
exit $result
