import type { MouseEvent, ReactNode } from "react";
import { useSurroundings } from "./provider.tsx";

/** A link that the app's router follows, and that opens elsewhere as any link does. */
export function Link({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  const { navigate } = useSurroundings();
  const follow = (event: MouseEvent) => {
    const opensElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (opensElsewhere) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a className="gatepost-link" href={to} onClick={follow}>
      {children}
    </a>
  );
}
