import { useState } from "react";
import { ThemeChoice } from "../appearance/theme-choice.tsx";
import { Disclosure } from "../controls/disclosure.tsx";
import { sayProblem } from "../messages/toasts.ts";
import { RouteLink } from "../routing/route-link.tsx";
import { gatepost, type Person } from "../session/session.ts";

export function AccountMenu({ person }: { readonly person: Person }) {
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
          <button type="button" className="disclosure-item" disabled={leaving} onClick={() => void leave()}>
            Sign out
          </button>
        </>
      )}
    </Disclosure>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => Array.from(word ?? "")[0]?.toUpperCase() ?? "").join("") || "?";
}
