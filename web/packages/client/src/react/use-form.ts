import { useState, type SubmitEvent } from "react";
import type { Refused } from "./refusals.ts";

type Values<Name extends string> = Readonly<Record<Name, string>>;
type Problems<Name extends string> = Partial<Record<Name, string | undefined>>;

interface FormOptions<Name extends string> {
  readonly names: readonly Name[];
  readonly check: (values: Values<Name>) => Problems<Name>;
  /** Resolves to what the server refused; to nothing when it is done. */
  readonly submit: (values: Values<Name>) => Promise<Refused | undefined>;
}

export interface FormState<Name extends string = string> {
  readonly problems: Problems<Name>;
  /** What was refused, and is about no field of this form. */
  readonly refused: Refused | undefined;
  readonly busy: boolean;
  readonly done: boolean;
  readonly onSubmit: (event: SubmitEvent<HTMLFormElement>) => Promise<void>;
}

/** Reads the form when it is sent, so that a password is held by its input and by nothing of ours. */
export function useForm<Name extends string>({ names, check, submit }: FormOptions<Name>): FormState<Name> {
  const [problems, setProblems] = useState<Problems<Name>>({});
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);

  function point(form: HTMLFormElement, found: Problems<Name>): void {
    setProblems(found);
    const field = form.elements.namedItem(names.find((name) => found[name]) ?? "");
    if (field instanceof HTMLElement) field.focus();
  }

  async function onSubmit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const values = readValues(form, names);
    const found = check(values);
    setRefused(undefined);
    setDone(false);
    point(form, found);
    if (names.some((name) => found[name])) return;

    setBusy(true);
    const answer = await submit(values);
    setBusy(false);
    const field = names.find((name) => answer?.about.includes(name));
    if (answer && field) return point(form, { [field]: answer.sentence } as Problems<Name>); // one of its names
    setRefused(answer);
    setDone(!answer);
    if (!answer) form.reset();
  }

  return { problems, refused, busy, done, onSubmit };
}

function readValues<Name extends string>(form: HTMLFormElement, names: readonly Name[]): Values<Name> {
  const data = new FormData(form);
  const entries = names.map((name) => {
    const value = String(data.get(name) ?? "");
    // A password may begin or end with a space; nothing else should.
    return [name, /password/i.test(name) ? value : value.trim()];
  });
  return Object.fromEntries(entries) as Values<Name>; // it has every name, and no other
}
