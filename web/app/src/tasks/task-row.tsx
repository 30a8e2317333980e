import type { MouseEvent } from "react";
import type { Task } from "../api/types.ts";
import { Icon } from "../controls/icon.tsx";
import { daysBetween, humanDay, type Day } from "./due-date.ts";
import type { Selection } from "./use-selection.ts";
import "./task-row.css";

export interface TaskRowHandlers {
  readonly onSetDone: (task: Task, done: boolean) => void;
  readonly onEdit: (task: Task) => void;
  readonly onDelete: (task: Task) => void;
}

interface TaskRowProps extends TaskRowHandlers {
  readonly task: Task;
  readonly today: Day;
  readonly listName: string | undefined;
  readonly selection: Selection;
}

export function TaskRow({ task, today, listName, selection, onSetDone, onEdit, onDelete }: TaskRowProps) {
  const { id, title, done } = task;
  return (
    <li className="task-row" data-done={done || undefined} data-selected={selection.has(id) || undefined}>
      {selection.active ? (
        <input
          type="checkbox"
          className="task-tick task-tick-square"
          aria-label={`Select "${title}"`}
          checked={selection.has(id)}
          onChange={() => selection.toggle(id)}
        />
      ) : (
        <input
          type="checkbox"
          className="task-tick"
          data-priority={task.priority}
          aria-label={`Complete "${title}"`}
          checked={done}
          onChange={(event) => onSetDone(task, event.target.checked)}
        />
      )}
      <div className="task-body">
        <button type="button" className="task-open" aria-label={`Edit "${title}"`} onClick={() => onEdit(task)}>
          {title}
        </button>
        <TaskDetails task={task} today={today} listName={listName} />
      </div>
      {!selection.active && (
        <button
          type="button"
          className="icon-button icon-button-danger task-delete"
          aria-label={`Delete "${title}"`}
          onClick={(event) => {
            if (isFromKeyboard(event)) focusNeighbour(event.currentTarget);
            onDelete(task);
          }}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}

const isFromKeyboard = (event: MouseEvent): boolean => event.detail === 0;

/** The row is about to go, and focus would fall back to the top of the page. */
function focusNeighbour(button: HTMLElement): void {
  const row = button.closest(".task-row");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  neighbour?.querySelector<HTMLElement>(".task-open")?.focus();
}

const PRIORITY_WORDS = { low: "Low", medium: "Medium", high: "High" } as const;

function TaskDetails({ task, today, listName }: Pick<TaskRowProps, "task" | "today" | "listName">) {
  const { due_date: due, priority, notes } = task;
  if (!due && priority === "none" && !notes && !listName) return null;
  return (
    <div className="task-details">
      {due && (
        <span className={`task-detail task-due-${urgency(task, due, today)}`}>
          <Icon name="calendar" size={14} />
          {humanDay(due, today)}
          {urgency(task, due, today) === "late" && <span className="task-late-word">overdue</span>}
        </span>
      )}
      {priority !== "none" && (
        <span className={`task-detail task-priority-${priority}`}>
          <Icon name="flag" size={14} />
          {PRIORITY_WORDS[priority]}
          <span className="visually-hidden"> priority</span>
        </span>
      )}
      {listName && (
        <span className="task-detail">
          <Icon name="list" size={14} />
          {listName}
        </span>
      )}
      {notes && (
        <span className="task-detail">
          <Icon name="notes" size={14} />
          Notes
        </span>
      )}
    </div>
  );
}

function urgency({ done }: Task, due: Day, today: Day): "late" | "soon" | "calm" {
  const distance = daysBetween(today, due);
  if (done || distance > 1) return "calm";
  return distance < 0 ? "late" : "soon";
}
