import { useId, useState, type SubmitEvent } from "react";
import type { Priority, Task, TaskChanges, TaskList } from "../api/types.ts";
import { Dialog } from "../controls/dialog.tsx";
import { Field } from "../controls/field.tsx";
import { Segments } from "../controls/segments.tsx";
import { isOwn, listOf, mayMove } from "../lists/access.ts";
import { DueDateField } from "./due-date-field.tsx";
import { LONGEST_TITLE } from "./quick-add.tsx";
import { changesBetween, draftOf } from "./task-draft.ts";
import "./task-editor.css";

const LONGEST_NOTES = 10_000;
const PRIORITIES: Readonly<Record<Priority, string>> = { none: "None", low: "Low", medium: "Medium", high: "High" };

interface TaskEditorProps {
  readonly task: Task;
  /** Changes that were typed before and not saved. */
  readonly draft: TaskChanges | undefined;
  readonly lists: readonly TaskList[];
  /** The editor is closed by then: what is refused can be reopened. */
  readonly onSave: (changes: TaskChanges) => void;
  readonly onClose: (unsaved: TaskChanges | undefined) => void;
}

export function TaskEditor({ task, draft: earlierDraft, lists, onSave, onClose }: TaskEditorProps) {
  const [draft, setDraft] = useState({ ...draftOf(task), ...earlierDraft });
  const [problem, setProblem] = useState<string>();
  const formId = useId();
  const change = (changes: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...changes }));
  const close = () => onClose(changesBetween(task, draft));

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!draft.title.trim()) return setProblem("A task needs a title.");
    const changes = changesBetween(task, { ...draft, title: draft.title.trim() });
    onClose(undefined);
    if (changes) onSave(changes);
  }

  return (
    <Dialog title="Edit task" shape="panel" onClose={close}>
      <form
        id={formId}
        className="task-editor"
        noValidate
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
        }}
      >
        <Field label="Title" problem={problem}>
          {(control) => (
            <input
              {...control}
              className="input"
              data-first-focus
              maxLength={LONGEST_TITLE}
              value={draft.title}
              onChange={(event) => change({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label="Notes">
          {(control) => (
            <textarea
              {...control}
              className="input"
              maxLength={LONGEST_NOTES}
              value={draft.notes}
              onChange={(event) => change({ notes: event.target.value })}
            />
          )}
        </Field>
        <DueDateField value={draft.due_date} onChange={(due_date) => change({ due_date })} />
        <Segments
          legend="Priority"
          options={PRIORITIES}
          value={draft.priority}
          onChoose={(priority) => change({ priority })}
        />
        <ListField task={task} lists={lists} value={draft.list_id} onChoose={(list_id) => change({ list_id })} />
      </form>
      <div className="dialog-actions task-editor-actions">
        <p className="task-editor-created">
          Created {new Date(task.created_at).toLocaleDateString(undefined, { dateStyle: "medium" })}
        </p>
        <button type="button" className="button button-secondary" onClick={close}>
          Cancel
        </button>
        <button type="submit" form={formId} className="button button-primary">
          Save
        </button>
      </div>
    </Dialog>
  );
}

interface ListFieldProps {
  readonly task: Task;
  readonly lists: readonly TaskList[];
  readonly value: string | null;
  readonly onChoose: (listId: string | null) => void;
}

function ListField({ task, lists, value, onChoose }: ListFieldProps) {
  const movable = mayMove(task, lists);
  const shared = movable ? undefined : listOf(task, lists);
  return (
    <Field label="List" hint={shared && "It is shared with you, and its tasks stay in it."}>
      {(control) => (
        <select
          {...control}
          className="input"
          value={value ?? ""}
          disabled={!movable}
          onChange={(event) => onChoose(event.target.value || null)}
        >
          <option value="">No list</option>
          {(shared ? [shared] : lists.filter(isOwn)).map((list) => (
            <option key={list.id} value={list.id}>
              {list.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
