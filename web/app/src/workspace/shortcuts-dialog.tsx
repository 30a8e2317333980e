import { Dialog } from "../controls/dialog.tsx";
import { setShortcutsEnabled, SHORTCUTS, useShortcutsEnabled } from "./use-shortcuts.ts";

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const enabled = useShortcutsEnabled();
  return (
    <Dialog title="Keyboard shortcuts" shape="box" onClose={onClose}>
      <dl className="shortcut-list">
        {Object.entries({
          ...SHORTCUTS,
          "↑ ↓": "Move between tasks",
          Enter: "Open the task, or add the one typed",
          Esc: "Close, or clear the search",
        }).map(([key, meaning]) => (
          <div key={key} className="shortcut-row">
            <dt>{meaning}</dt>
            <dd>
              <kbd className="keycap">{key}</kbd>
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
