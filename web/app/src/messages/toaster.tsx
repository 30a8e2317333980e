import { useEffect, useState } from "react";
import { Icon } from "../controls/icon.tsx";
import { dismiss, useToasts, type Toast } from "./toasts.ts";
import "./toaster.css";

const PLAIN_MS = 5_000;
const WITH_ACTION_MS = 12_000;

/** Always on the page: a live region that appears together with its text is not read out. */
export function Toaster() {
  const toasts = useToasts();
  return (
    <div className="toaster" role="status" aria-live="polite" aria-label="Messages">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, text, tone, action } }: { readonly toast: Toast }) {
  const [held, setHeld] = useState(false);
  const staysUntilDismissed = tone === "problem" || held;

  useEffect(() => {
    if (staysUntilDismissed) return;
    const timer = setTimeout(() => dismiss(id), action ? WITH_ACTION_MS : PLAIN_MS);
    return () => clearTimeout(timer);
  }, [id, action, staysUntilDismissed]);

  if (tone === "quiet") return <p className="visually-hidden">{text}</p>;
  return (
    <div
      className={`toast toast-${tone}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p className="toast-text">{text}</p>
      {action && (
        <button
          type="button"
          className="toast-action"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="toast-dismiss" aria-label="Dismiss" onClick={() => dismiss(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
