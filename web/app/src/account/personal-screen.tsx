import { VerifyEmailNotice } from "@gatepost/client/react";
import { useEffect, useRef, type ReactNode } from "react";
import { Wordmark } from "../brand/wordmark.tsx";
import { RouteLink } from "../routing/route-link.tsx";
import { usePageTitle } from "../routing/use-page-title.ts";
import type { Person } from "../session/session.ts";
import { AccountMenu } from "../workspace/account-menu.tsx";
import { OfflineNotice } from "../workspace/offline-notice.tsx";
import { useOnline } from "../workspace/use-online.ts";
import "./personal-screen.css";

interface PersonalScreenProps {
  readonly person: Person;
  readonly title: string;
  /** Whether there is more to see than to read. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The frame of what is about the person rather than about their tasks. */
export function PersonalScreen({ person, title, wide = false, children }: PersonalScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const online = useOnline();
  usePageTitle(title);
  // Whatever had focus went away with the screen before; a screen reader starts here instead.
  useEffect(() => heading.current?.focus(), []);

  return (
    <div className="personal-screen">
      <OfflineNotice online={online} deaf={false} />
      <VerifyEmailNotice />
      <header className="personal-bar">
        <RouteLink to="/" className="personal-home">
          <Wordmark />
        </RouteLink>
        <AccountMenu person={person} />
      </header>
      <main className={`personal-main ${wide ? "personal-main-wide" : ""}`}>
        <RouteLink to="/">Back to the tasks</RouteLink>
        <h1 ref={heading} className="personal-heading" tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
    </div>
  );
}
