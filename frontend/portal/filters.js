// On a narrow screen the filters fold away while nothing is filtered; wide screens always show them.
const narrow = window.matchMedia("(max-width: 39.99em)");

export function startFilters() {
  narrow.addEventListener("change", fold);
  fold();
}

function fold() {
  document.querySelectorAll(".filters-fold").forEach((filters) => {
    filters.open = !narrow.matches || filters.hasAttribute("data-filtered");
  });
}
