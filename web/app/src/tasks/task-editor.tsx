import { useId, useState, type SubmitEvent } from "react";
import type { Priority, Task, TaskChanges, TaskList } from "../api/types.ts";
import { Dialog } from "../controls/dialog.tsx";
import { Field } from "../controls/field.tsx";
import { Segments } from "../controls/segments.tsx";
import { sentenceFor } from "../messages/refusals.ts";
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
  readonly onSave: (changes: TaskChanges) => Promise<void>;
  readonly onClose: (unsaved: TaskChanges | undefined) => void;
}

export function TaskEditor({ task, draft: earlierDraft, lists, onSave, onClose }: TaskEditorProps) {
  const [draft, setDraft] = useState({ ...draftOf(task), ...earlierDraft });
  const [problem, setProblem] = useState<string>();
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const formId = useId();
  const change = (changes: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...changes }));
  const close = () => onClose(changesBetween(task, draft));

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (!draft.title.trim()) return setProblem("A task needs a title.");
    const changes = changesBetween(task, { ...draft, title: draft.title.trim() });
    if (!changes) return onClose(undefined);
    setBusy(true);
    setRefusal(undefined);
    try {
      await onSave(changes);
    } catch (error) {
      setRefusal(sentenceFor(error));
      setBusy(false);
    }
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
        <div role="alert">{refusal && <p className="problem-box">{refusal}</p>}</div>
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
        <Field label="List">
          {(control) => (
            <select
              {...control}
              className="input"
              value={draft.list_id ?? ""}
              onChange={(event) => change({ list_id: event.target.value || null })}
            >
              <option value="">No list</option>
              {lists.map((list) => (
                <option key={list.id} value={list.id}>
                  {list.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </form>
      <div className="dialog-actions task-editor-actions">
        <p className="task-editor-created">
          Created {new Date(task.created_at).toLocaleDateString(undefined, { dateStyle: "medium" })}
        </p>
        <button type="button" className="button button-secondary" onClick={close}>
          Cancel
        </button>
        <button type="submit" form={formId} className="button button-primary" disabled={busy}>
          {busy ? "Saving…" : "Save"}
        </button>
      </div>
    </Dialog>
  );
}
