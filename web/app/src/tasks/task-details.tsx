import type { Task } from "../api/types.ts";
import { Icon } from "../controls/icon.tsx";
import { daysBetween, humanDay, type Day } from "./due-date.ts";

const PRIORITY_WORDS = { low: "Low", medium: "Medium", high: "High" } as const;

interface TaskDetailsProps {
  readonly task: Task;
  readonly today: Day;
  readonly listName: string | undefined;
}

export function TaskDetails({ task, today, listName }: TaskDetailsProps) {
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
