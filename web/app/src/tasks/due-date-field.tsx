import { Field } from "../controls/field.tsx";
import { addDays, type Day } from "./due-date.ts";
import { useToday } from "./use-today.ts";

interface DueDateFieldProps {
  readonly value: Day | null;
  readonly onChange: (day: Day | null) => void;
}

export function DueDateField({ value, onChange }: DueDateFieldProps) {
  const today = useToday();
  const shortcuts: readonly (readonly [string, Day | null])[] = [
    ["Today", today],
    ["Tomorrow", addDays(today, 1)],
    ["In a week", addDays(today, 7)],
    ["None", null],
  ];
  return (
    <div className="due-date-field">
      <Field label="Due date">
        {(control) => (
          <input
            {...control}
            className="input"
            type="date"
            value={value ?? ""}
            onChange={(event) => onChange(event.target.value || null)}
          />
        )}
      </Field>
      <div className="due-shortcuts" role="group" aria-label="Quick choices for the day">
        {shortcuts.map(([name, day]) => (
          <button key={name} type="button" className="chip" aria-pressed={value === day} onClick={() => onChange(day)}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
