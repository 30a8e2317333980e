import { observable, useObservable } from "../observable.ts";

const address = observable(currentAddress());

function currentAddress(): string {
  return window.location.pathname + window.location.search;
}

/** For whoever has changed it without `navigate`. */
export const readAddressAgain = (): void => address.set(currentAddress());

window.addEventListener("popstate", readAddressAgain);

export function navigate(to: string, { replace = false } = {}): void {
  if (replace) window.history.replaceState(null, "", to);
  else {
    window.history.pushState(null, "", to);
    window.scrollTo(0, 0);
  }
  address.set(currentAddress());
}

export interface Location {
  readonly path: string;
  readonly search: URLSearchParams;
  /** Path and query, as they can be returned to. */
  readonly address: string;
}

export function useLocation(): Location {
  const current = useObservable(address);
  const [path = "/", query = ""] = current.split("?", 2);
  return { path, search: new URLSearchParams(query), address: current };
}
