import { useState, type RefObject, type SubmitEvent } from "react";
import { Icon } from "../controls/icon.tsx";

export const LONGEST_TITLE = 200;

interface QuickAddProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly listName: string | undefined;
  readonly onAdd: (title: string) => Promise<boolean>;
}

export function QuickAdd({ field, listName, onAdd }: QuickAddProps) {
  const [title, setTitle] = useState("");

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const trimmed = title.trim();
    if (!trimmed) return;
    // Empty at once, so that the next one can be typed while this one travels; given back if it did not arrive.
    setTitle("");
    const added = await onAdd(trimmed);
    if (!added) setTitle((typedSince) => typedSince || trimmed);
  }

  return (
    <form className="quick-add" onSubmit={submit}>
      <Icon name="add" size={20} />
      <input
        ref={field}
        className="quick-add-input"
        aria-label="New task"
        placeholder={listName ? `Add a task to ${listName}` : "What needs doing?"}
        value={title}
        maxLength={LONGEST_TITLE}
        enterKeyHint="done"
        autoComplete="off"
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <button type="submit" className="button button-primary quick-add-button" disabled={!title.trim()}>
        Add
      </button>
    </form>
  );
}
