import { Mark } from "./mark.tsx";
import "./splash.css";

/** While we ask who this is, and when nobody answers. */
export function Splash({ onRetry }: { readonly onRetry?: () => void }) {
  return (
    <main className="splash">
      <Mark size={56} />
      {onRetry ? (
        <div className="splash-text" role="alert">
          <h1 className="splash-title">The server cannot be reached</h1>
          <p>Your tasks are safe where they are. Check your connection and try again.</p>
          <button type="button" className="button button-primary" onClick={onRetry}>
            Try again
          </button>
        </div>
      ) : (
        <p className="visually-hidden">Loading…</p>
      )}
    </main>
  );
}
