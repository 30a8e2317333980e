import { useEffect, useRef, type ReactNode } from "react";
import { GateScene } from "../brand/gate-scene.tsx";
import { usePageTitle } from "../routing/use-page-title.ts";
import { Wordmark } from "../brand/wordmark.tsx";
import "./auth-layout.css";

interface AuthLayoutProps {
  readonly title: string;
  readonly introduction: string;
  readonly children: ReactNode;
}

export function AuthLayout({ title, introduction, children }: AuthLayoutProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  // Whatever had focus went away with the screen before; a screen reader starts here instead.
  useEffect(() => heading.current?.focus(), []);

  return (
    <div className="auth">
      <aside className="auth-promise" aria-label="About Tasks">
        <GateScene />
        <div className="auth-promise-text">
          <Wordmark />
          <p className="auth-headline">
            Your tasks. <br />
            Nobody else’s.
          </p>
          <p className="auth-proof">
            Every request is checked. Every row has one owner. The gate is shut unless it is you.
          </p>
        </div>
      </aside>
      <main className="auth-main">
        <div className="auth-card">
          <h1 ref={heading} className="auth-title" tabIndex={-1}>
            {title}
          </h1>
          <p className="auth-introduction">{introduction}</p>
          {children}
        </div>
      </main>
    </div>
  );
}
