import { Dialog } from "../controls/dialog.tsx";
import { setShortcutsEnabled, SHORTCUTS, useShortcutsEnabled } from "./use-shortcuts.ts";

/** These are the browser's own keys, and work whether or not single keys do. */
const KEYS_OF_CONTROLS = [
  { keys: ["Up", "Down"], meaning: "Move between tasks" },
  { keys: ["Enter"], meaning: "Open the task, or add the one typed" },
  { keys: ["Esc"], meaning: "Close, or clear the search" },
];

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const enabled = useShortcutsEnabled();
  return (
    <Dialog title="Keyboard shortcuts" shape="box" onClose={onClose}>
      <dl className="shortcut-list">
        {[...Object.values(SHORTCUTS), ...KEYS_OF_CONTROLS].map(({ keys, meaning }) => (
          <div key={meaning} className="shortcut-row">
            <dt>{meaning}</dt>
            <dd className="shortcut-keys">
              {keys.map((key) => (
                <kbd key={key} className="keycap">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="check-line">
        <input type="checkbox" checked={enabled} onChange={(event) => setShortcutsEnabled(event.target.checked)} />
        Single keys act as shortcuts
      </label>
    </Dialog>
  );
}
