import type { MouseEvent, ReactNode } from "react";
import { navigate } from "./location.ts";

interface RouteLinkProps {
  readonly to: string;
  readonly className?: string;
  readonly current?: boolean;
  readonly onFollow?: () => void;
  readonly children: ReactNode;
}

export function RouteLink({ to, className, current = false, onFollow, children }: RouteLinkProps) {
  const follow = (event: MouseEvent) => {
    const opensElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (opensElsewhere) return;
    event.preventDefault();
    navigate(to);
    onFollow?.();
  };
  return (
    <a href={to} className={className} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
