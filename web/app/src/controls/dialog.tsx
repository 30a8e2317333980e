import { useId, useLayoutEffect, useRef, type MouseEvent, type ReactNode } from "react";
import { Icon } from "./icon.tsx";
import "./dialog.css";

interface DialogProps {
  readonly title: string;
  /** `panel` slides in from the side, `drawer` from the start of the line; `box` sits in the middle. */
  readonly shape: "panel" | "drawer" | "box";
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal on the browser's own `<dialog>`: focus stays inside, Escape closes, focus goes back where it was. */
export function Dialog({ title, shape, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Before the element leaves the page, or the browser could not give focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    return () => dialog?.close();
  }, []);

  const closeOnBackdrop = (event: MouseEvent) => {
    if (event.target === element.current) onClose();
  };

  return (
    <dialog
      ref={element}
      className={`dialog dialog-${shape}`}
      aria-labelledby={titleId}
      onMouseDown={closeOnBackdrop}
      onCancel={(event) => {
        // React takes the dialog away; the browser must not close it first.
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        if (element.current && !element.current.open) onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h2 id={titleId} className="dialog-title">
            {title}
          </h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
