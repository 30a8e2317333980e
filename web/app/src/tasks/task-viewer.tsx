import type { Task } from "../api/types.ts";
import { Dialog } from "../controls/dialog.tsx";
import { TaskDetails } from "./task-details.tsx";
import type { Day } from "./due-date.ts";

interface TaskViewerProps {
  readonly task: Task;
  readonly today: Day;
  readonly listName: string | undefined;
  readonly onClose: () => void;
}

/** A task of somebody who lets the person read it. */
export function TaskViewer({ task, today, listName, onClose }: TaskViewerProps) {
  return (
    <Dialog title="Task" shape="panel" onClose={onClose}>
      <p className="task-viewer-title">{task.title}</p>
      <TaskDetails task={{ ...task, notes: "" }} today={today} listName={listName} />
      <p className="task-viewer-notes">{task.notes || "No notes."}</p>
      <p className="field-hint">It is somebody else’s, and you can only read it.</p>
    </Dialog>
  );
}
