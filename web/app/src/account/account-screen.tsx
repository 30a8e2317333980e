import { Account, Sessions } from "@gatepost/client/react";
import { ThemeChoice } from "../appearance/theme-choice.tsx";
import type { Person } from "../session/session.ts";
import { PersonalScreen } from "./personal-screen.tsx";

export function AccountScreen({ person }: { readonly person: Person }) {
  return (
    <PersonalScreen person={person} title="Your account">
      <Account>
        <Sessions />
        <section className="gatepost-section" aria-labelledby="appearance">
          <h2 id="appearance" className="gatepost-title">
            Appearance
          </h2>
          <ThemeChoice legend="Appearance" legendHidden />
        </section>
      </Account>
    </PersonalScreen>
  );
}
