import { useState, type RefObject, type SubmitEvent } from "react";
import type { Right } from "../api/types.ts";
import { Field } from "../controls/field.tsx";
import { sentenceFor } from "../messages/refusals.ts";

const LONGEST_ADDRESS = 254;
const RIGHTS: Readonly<Record<Right, string>> = { read: "Can only read", edit: "Can edit" };

interface InviteFormProps {
  readonly field: RefObject<HTMLInputElement | null>;
  /** Rejects with the reason when it is refused. */
  readonly onInvite: (address: string, right: Right) => Promise<void>;
}

export function InviteForm({ field, onInvite }: InviteFormProps) {
  const [address, setAddress] = useState("");
  const [right, setRight] = useState<Right>("read");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const trimmed = address.trim();
    if (!looksLikeAddress(trimmed)) return refuse("Write the whole address, like ada@example.com.");
    if (busy) return;
    setBusy(true);
    try {
      await onInvite(trimmed, right);
      setAddress("");
      setProblem(undefined);
    } catch (error) {
      refuse(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  }

  function refuse(reason: string): void {
    setProblem(reason);
    field.current?.focus();
  }

  return (
    <form className="invite-form" noValidate onSubmit={submit}>
      <Field label="Let somebody in, by their address" problem={problem}>
        {(control) => (
          <input
            {...control}
            ref={field}
            className="input"
            type="email"
            data-first-focus
            autoComplete="off"
            placeholder="ada@example.com"
            maxLength={LONGEST_ADDRESS}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </Field>
      <div className="invite-line">
        <RightChoice label="What they may do" value={right} onChoose={setRight} />
        <button type="submit" className="button button-primary">
          Let in
        </button>
      </div>
    </form>
  );
}

interface RightChoiceProps {
  readonly label: string;
  readonly value: Right;
  readonly onChoose: (right: Right) => void;
}

export function RightChoice({ label, value, onChoose }: RightChoiceProps) {
  return (
    <select
      className="input right-choice"
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value === "edit" ? "edit" : "read")}
    >
      {Object.entries(RIGHTS).map(([right, words]) => (
        <option key={right} value={right}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** The server has the last word; this spares the obvious. */
const looksLikeAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text);
