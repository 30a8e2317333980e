import type { Task } from "../api/types.ts";
import { Icon } from "../controls/icon.tsx";
import type { Day } from "./due-date.ts";
import { TaskDetails } from "./task-details.tsx";
import type { Selection } from "./use-selection.ts";
import "./task-row.css";

export interface TaskRowHandlers {
  readonly onSetDone: (task: Task, done: boolean) => void;
  readonly onOpen: (task: Task) => void;
  readonly onDelete: (task: Task) => void;
}

interface TaskRowProps extends TaskRowHandlers {
  readonly task: Task;
  readonly today: Day;
  readonly listName: string | undefined;
  /** Whether the person may change it, or only read it. */
  readonly changeable: boolean;
  readonly selection: Selection;
}

export function TaskRow(props: TaskRowProps) {
  const { task, today, listName, changeable, selection, onOpen, onDelete } = props;
  const { id, title, done } = task;
  return (
    <li
      className="task-row"
      data-task={id}
      data-done={done || undefined}
      data-selected={selection.has(id) || undefined}
    >
      {changeable ? <Tick {...props} /> : <Mark done={done} />}
      <div className="task-body">
        <button
          type="button"
          className="task-open"
          aria-label={`${changeable ? "Edit" : "Read"} "${title}"`}
          onClick={() => onOpen(task)}
        >
          {title}
        </button>
        <TaskDetails task={task} today={today} listName={listName} />
      </div>
      {changeable && !selection.active && (
        <button
          type="button"
          className="icon-button icon-button-danger task-delete"
          aria-label={`Delete "${title}"`}
          onClick={() => onDelete(task)}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}

function Tick({ task, selection, onSetDone }: TaskRowProps) {
  const { id, title, done, priority } = task;
  if (selection.active) {
    return (
      <input
        type="checkbox"
        className="task-tick task-tick-square"
        aria-label={`Select "${title}"`}
        checked={selection.has(id)}
        onChange={() => selection.toggle(id)}
      />
    );
  }
  return (
    <input
      type="checkbox"
      className="task-tick"
      data-priority={priority}
      aria-label={`Complete "${title}"`}
      checked={done}
      onChange={(event) => onSetDone(task, event.target.checked)}
    />
  );
}

/** In the place of a tick that the server would refuse. */
function Mark({ done }: { readonly done: boolean }) {
  return (
    <span className="task-mark" role="img" aria-label={done ? "Done" : "Open"}>
      <Icon name={done ? "check" : "eye"} size={16} />
    </span>
  );
}
