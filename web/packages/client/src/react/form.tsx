import { useId, type ReactNode } from "react";
import { useTexts } from "./provider.tsx";
import type { FormState } from "./use-form.ts";

interface FormProps {
  readonly form: Pick<FormState, "refused" | "busy" | "done" | "onSubmit">;
  /** What the button says. */
  readonly action: string;
  readonly busy: string;
  readonly done?: string;
  readonly tone?: "primary" | "plain" | "danger";
  /** Names the form among others of the page. */
  readonly label?: string;
  readonly onCancel?: () => void;
  readonly children?: ReactNode;
}

/** A form with its button, and one place each for what was refused and for what has been done. */
export function Form({ form, action, busy, done, tone = "primary", label, onCancel, children }: FormProps) {
  const { cancel } = useTexts().fields;
  return (
    <form
      className="gatepost-form"
      aria-label={label}
      aria-busy={form.busy}
      noValidate
      onSubmit={(event) => void form.onSubmit(event)}
    >
      <div role="alert">{form.refused && <p className="gatepost-refusal">{form.refused.sentence}</p>}</div>
      {children}
      {/* Not `disabled`: that would take the focus away from under whoever pressed it. */}
      <div className="gatepost-actions">
        <button type="submit" className={`gatepost-button gatepost-button-${tone}`} aria-disabled={form.busy}>
          {form.busy ? busy : action}
        </button>
        {onCancel && (
          <button type="button" className="gatepost-button" onClick={onCancel}>
            {cancel}
          </button>
        )}
      </div>
      <div role="status">{form.done && done && <p className="gatepost-done">{done}</p>}</div>
    </form>
  );
}

interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

interface LabelledProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem: string | undefined;
  /** Receives what ties the control to its label, hint and problem. */
  readonly children: (control: FieldControl) => ReactNode;
}

export function Labelled({ label, hint, problem, children }: LabelledProps) {
  const id = useId();
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="gatepost-field">
      <label className="gatepost-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": problem ? true : undefined })}
      <div role="alert">
        {problem && (
          <p id={`${id}-problem`} className="gatepost-problem">
            {problem}
          </p>
        )}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="gatepost-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface FieldProps extends Omit<LabelledProps, "children"> {
  readonly name: string;
  readonly autoComplete: string;
  readonly defaultValue?: string;
}

export function TextField({ name, autoComplete, defaultValue, ...label }: FieldProps) {
  return (
    <Labelled {...label}>
      {(control) => (
        <input
          {...control}
          className="gatepost-input"
          name={name}
          autoComplete={autoComplete}
          defaultValue={defaultValue}
          required
        />
      )}
    </Labelled>
  );
}

export function EmailField({ autoComplete, ...label }: Omit<FieldProps, "name">) {
  return (
    <Labelled {...label}>
      {(control) => (
        <input
          {...control}
          className="gatepost-input"
          name="email"
          type="email"
          inputMode="email"
          autoComplete={autoComplete}
          required
        />
      )}
    </Labelled>
  );
}
