"""The demo community: drawn by seed and day, made by the packages' own actions, copied in bulk for benchmarks."""
