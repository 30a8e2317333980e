import type { BulkAction, Task, TaskList } from "../api/types.ts";
import { isOwn, mayMove } from "../lists/access.ts";
import type { Selection } from "./use-selection.ts";
import "./bulk-bar.css";

interface BulkBarProps {
  readonly selection: Selection;
  readonly lists: readonly TaskList[];
  readonly onChange: (change: BulkAction, tasks: readonly Task[]) => void;
}

const NO_LIST = "no-list";

export function BulkBar({ selection, lists, onChange }: BulkBarProps) {
  const { tasks, everything } = selection;
  const ids = tasks.map(({ id }) => id);
  const blocked = ids.length === 0;
  const allDone = !blocked && tasks.every(({ done }) => done);
  const movable = tasks.every((task) => mayMove(task, lists));

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
        onClick={() => onChange({ action: allDone ? "reopen" : "complete", ids }, tasks)}
      >
        {allDone ? "Reopen" : "Complete"}
      </button>
      <select
        className="input bulk-move"
        aria-label="Move to"
        value=""
        disabled={blocked || !movable}
        onChange={({ target: { value } }) =>
          onChange({ action: "move", ids, list_id: value === NO_LIST ? null : value }, tasks)
        }
      >
        <option value="" disabled>
          {movable ? "Move to…" : "Shared: they stay"}
        </option>
        {lists.filter(isOwn).map((list) => (
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
        onClick={() => onChange({ action: "delete", ids }, tasks)}
      >
        Delete
      </button>
    </div>
  );
}
