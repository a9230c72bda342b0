import { startComponents } from "./portal/components.js";
import { startDrafts } from "./portal/drafts.js";
import { startFilters } from "./portal/filters.js";
import { startKeys } from "./portal/keys.js";
import { startLists } from "./portal/lists.js";
import { startMenus } from "./portal/menus.js";
import { startSubmits } from "./portal/submits.js";
import { startSwaps } from "./portal/swaps.js";

// The file is loaded with `defer`: the document stands when it runs.
document.documentElement.classList.add("js");
[startMenus, startSubmits, startDrafts, startComponents, startLists, startFilters, startKeys, startSwaps].forEach((start) => start());
