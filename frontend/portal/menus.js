// Menus are <details>: they work alone. Here they also close by Escape, by a click elsewhere and when the focus leaves.
export function startMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", ({ target }) => closeAllBut(target));
  document.addEventListener("focusin", ({ target }) => closeAllBut(target));
}

function closeAllBut(target) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(target)) menu.open = false;
  });
}
