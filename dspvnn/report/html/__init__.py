"""The report as one HTML page that works offline: the figures for Plotly, the tables, the page itself."""
