import { useState } from "react";
import type { BulkAction, TaskList } from "../api/types.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import type { Selection } from "./use-selection.ts";
import "./bulk-bar.css";

interface BulkBarProps {
  readonly selection: Selection;
  readonly lists: readonly TaskList[];
  readonly onChange: (change: BulkAction) => Promise<void>;
}

const NO_LIST = "no-list";

export function BulkBar({ selection, lists, onChange }: BulkBarProps) {
  const [confirming, setConfirming] = useState(false);
  const [busy, setBusy] = useState(false);
  const { ids, everything } = selection;
  const blocked = busy || ids.length === 0;

  async function run(change: BulkAction): Promise<void> {
    setConfirming(false);
    setBusy(true);
    await onChange(change);
    setBusy(false);
  }

  return (
    <div className="bulk-bar" role="group" aria-label="Selected tasks">
      <p className="bulk-count" aria-live="polite">
        {ids.length} selected
      </p>
      <button type="button" className="button button-quiet" onClick={selection.toggleEverything}>
        {everything ? "Select none" : "Select all"}
      </button>
      <button type="button" className="button button-quiet" onClick={selection.stop}>
        Cancel
      </button>
      <span className="bulk-space" />
      <button
        type="button"
        className="button button-quiet"
        disabled={blocked}
        onClick={() => void run({ action: "complete", ids })}
      >
        Complete
      </button>
      <select
        className="input bulk-move"
        aria-label="Move to"
        value=""
        disabled={blocked}
        onChange={({ target: { value } }) =>
          void run({ action: "move", ids, list_id: value === NO_LIST ? null : value })
        }
      >
        <option value="" disabled>
          Move to…
        </option>
        {lists.map((list) => (
          <option key={list.id} value={list.id}>
            {list.name}
          </option>
        ))}
        <option value={NO_LIST}>No list</option>
      </select>
      <button
        type="button"
        className="button button-quiet bulk-delete"
        disabled={blocked}
        onClick={() => setConfirming(true)}
      >
        Delete
      </button>
      {confirming && (
        <ConfirmDialog
          title={ids.length === 1 ? "Delete this task?" : `Delete ${ids.length} tasks?`}
          consequence="This cannot be undone."
          confirmLabel="Delete"
          onConfirm={() => void run({ action: "delete", ids })}
          onCancel={() => setConfirming(false)}
        />
      )}
    </div>
  );
}
