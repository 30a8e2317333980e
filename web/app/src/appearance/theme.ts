import { observable, useObservable } from "../observable.ts";

export type Theme = "system" | "light" | "dark";

const STORAGE_KEY = "gatepost-theme";

const theme = observable<Theme>("system");

export const useTheme = (): Theme => useObservable(theme);

export function applyStoredTheme(): void {
  apply(readStored());
}

export function chooseTheme(choice: Theme): void {
  apply(choice);
  try {
    if (choice === "system") localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}

function apply(choice: Theme): void {
  theme.set(choice);
  if (choice === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = choice;
}

function readStored(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}
