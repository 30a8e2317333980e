import { useState } from "react";
import { ThemeChoice } from "../appearance/theme-choice.tsx";
import { Disclosure } from "../controls/disclosure.tsx";
import { sayProblem } from "../messages/toasts.ts";
import { RouteLink } from "../routing/route-link.tsx";
import { gatepost, type Person } from "../session/session.ts";
import { useAdministrator } from "../session/use-administrator.ts";

interface AccountMenuProps {
  readonly person: Person;
}

export function AccountMenu({ person }: AccountMenuProps) {
  // Part of the button's name as well, for whoever says aloud what they see.
  const initials = initialsOf(person.name);
  const [leaving, setLeaving] = useState(false);

  async function leave(): Promise<void> {
    setLeaving(true);
    try {
      await gatepost.signOut();
    } catch (error) {
      sayProblem(error);
      setLeaving(false);
    }
  }

  return (
    <Disclosure label={`Account, ${initials}`} buttonClassName="avatar-button" button={initials}>
      {(close) => (
        <>
          <div className="account-person">
            <p className="account-name">{person.name}</p>
            <p className="account-email">{person.email}</p>
          </div>
          <hr className="disclosure-divider" />
          <div className="theme-choice">
            <ThemeChoice legend="Appearance" />
          </div>
          <hr className="disclosure-divider" />
          <RouteLink to="/account" className="disclosure-item" onFollow={close}>
            Account settings
          </RouteLink>
          <RouteLink to="/activity" className="disclosure-item" onFollow={close}>
            Activity
          </RouteLink>
          <SecurityLink person={person} onFollow={close} />
          <button type="button" className="disclosure-item" disabled={leaving} onClick={() => void leave()}>
            Sign out
          </button>
        </>
      )}
    </Disclosure>
  );
}

/** Asks when the menu is opened: whoever has just been made an administrator sees it at once. */
function SecurityLink({ person, onFollow }: AccountMenuProps & { readonly onFollow: () => void }) {
  if (!useAdministrator(person.id)) return null;
  return (
    <RouteLink to="/security" className="disclosure-item" onFollow={onFollow}>
      Security
    </RouteLink>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => Array.from(word ?? "")[0]?.toUpperCase() ?? "").join("") || "?";
}
