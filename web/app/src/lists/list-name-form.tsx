import { useId, useState, type SubmitEvent } from "react";
import { sentenceFor } from "../messages/refusals.ts";

const LONGEST_LIST_NAME = 80;

interface ListNameFormProps {
  readonly label: string;
  readonly initialName?: string;
  readonly submitLabel: string;
  /** Rejects with the reason when the name is refused. */
  readonly onSubmit: (name: string) => Promise<void>;
  readonly onCancel: () => void;
}

export function ListNameForm({ label, initialName = "", submitLabel, onSubmit, onCancel }: ListNameFormProps) {
  const [name, setName] = useState(initialName);
  const [problem, setProblem] = useState<string>();
  const problemId = useId();

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const trimmed = name.trim();
    if (!trimmed) return;
    try {
      await onSubmit(trimmed);
    } catch (error) {
      setProblem(sentenceFor(error));
    }
  }

  return (
    <form
      className="list-form"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // In the drawer this would also close the dialog around it.
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <input
        className="input list-input"
        aria-label={label}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problemId}
        value={name}
        maxLength={LONGEST_LIST_NAME}
        autoFocus
        data-first-focus
        onChange={(event) => setName(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      <p id={problemId} className="field-problem" role="alert">
        {problem}
      </p>
      <div className="list-form-actions">
        <button type="submit" className="button button-primary">
          {submitLabel}
        </button>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
