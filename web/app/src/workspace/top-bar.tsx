import { Wordmark } from "../brand/wordmark.tsx";
import { Icon } from "../controls/icon.tsx";
import type { Person } from "../session/session.ts";
import { AccountMenu } from "./account-menu.tsx";

interface TopBarProps {
  readonly person: Person;
  readonly onOpenDrawer: (() => void) | undefined;
}

export function TopBar({ person, onOpenDrawer }: TopBarProps) {
  return (
    <header className="top-bar">
      {onOpenDrawer && (
        <div className="top-bar-start">
          <button type="button" className="icon-button" aria-label="Open the sidebar" onClick={onOpenDrawer}>
            <Icon name="menu" size={22} />
          </button>
          <Wordmark />
        </div>
      )}
      <AccountMenu person={person} />
    </header>
  );
}
