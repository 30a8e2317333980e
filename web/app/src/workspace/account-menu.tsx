import { useState } from "react";
import { Disclosure } from "../controls/disclosure.tsx";
import { Segments } from "../controls/segments.tsx";
import { chooseTheme, useTheme, type Theme } from "../appearance/theme.ts";
import { sayProblem } from "../messages/toasts.ts";
import { signOut, type Person } from "../session/session.ts";

const THEMES: Readonly<Record<Theme, string>> = { system: "System", light: "Light", dark: "Dark" };

export function AccountMenu({ person }: { readonly person: Person }) {
  const theme = useTheme();
  const [leaving, setLeaving] = useState(false);

  async function leave(): Promise<void> {
    setLeaving(true);
    try {
      await signOut();
    } catch (error) {
      sayProblem(error);
      setLeaving(false);
    }
  }

  return (
    <Disclosure
      label="Account"
      buttonClassName="avatar-button"
      button={<span aria-hidden="true">{initialsOf(person.name)}</span>}
    >
      {() => (
        <>
          <div className="account-person">
            <p className="account-name">{person.name}</p>
            <p className="account-email">{person.email}</p>
          </div>
          <hr className="disclosure-divider" />
          <div className="theme-choice">
            <Segments legend="Appearance" options={THEMES} value={theme} onChoose={chooseTheme} />
          </div>
          <hr className="disclosure-divider" />
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
