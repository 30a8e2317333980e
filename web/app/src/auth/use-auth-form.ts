import { useState, type SubmitEvent } from "react";
import type { Outcome } from "../session/credentials.ts";
import type { Problems } from "./form-checks.ts";

interface AuthFormOptions<Name extends string> {
  readonly names: readonly Name[];
  readonly check: (values: Record<Name, string>) => Record<Name, string | undefined>;
  readonly submit: (values: Record<Name, string>) => Outcome;
}

/** Reads the form when it is sent, so that a password is held by its input and by nothing of ours. */
export function useAuthForm<Name extends string>({ names, check, submit }: AuthFormOptions<Name>) {
  const [problems, setProblems] = useState<Problems<Name>>({});
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function onSubmit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const values = readValues(form, names);
    const found = check(values);
    setProblems(withoutBlanks(found, names));
    setRefusal(undefined);
    const firstWrong = names.find((name) => found[name]);
    if (firstWrong) return focusField(form, firstWrong);

    setBusy(true);
    setRefusal(await submit(values));
    setBusy(false);
  }

  return { problems, refusal, busy, onSubmit };
}

function readValues<Name extends string>(form: HTMLFormElement, names: readonly Name[]): Record<Name, string> {
  const data = new FormData(form);
  const entries = names.map((name) => {
    const value = String(data.get(name) ?? "");
    // A password may begin or end with a space; nothing else should.
    return [name, name === "password" ? value : value.trim()];
  });
  return Object.fromEntries(entries) as Record<Name, string>;
}

function withoutBlanks<Name extends string>(
  found: Record<Name, string | undefined>,
  names: readonly Name[],
): Problems<Name> {
  const problems: Problems<Name> = {};
  for (const name of names) {
    const sentence = found[name];
    if (sentence) problems[name] = sentence;
  }
  return problems;
}

function focusField(form: HTMLFormElement, name: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}
