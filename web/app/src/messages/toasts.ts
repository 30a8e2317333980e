import { SessionChangedError } from "@gatepost/client";
import { Refusal } from "../api/refusal.ts";
import { observable, useObservable } from "../observable.ts";
import { gatepost } from "../session/session.ts";
import { sentenceFor } from "./refusals.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  /** `quiet` is read out and not shown: what happened can be seen anyway. */
  readonly tone: "plain" | "quiet" | "problem";
  readonly action?: ToastAction;
}

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
  /** The id of what it acts on: a newer message about that, or its deletion, makes the offer void. */
  readonly subject: string;
}

const MOST_AT_ONCE = 3;

const toasts = observable<readonly Toast[]>([]);
let nextId = 1;

// Messages quote titles and their actions hold tasks: they belong to the person who leaves.
gatepost.onSessionEvent(() => toasts.set([]));

export const useToasts = (): readonly Toast[] => useObservable(toasts);

export function say(text: string, action?: ToastAction): void {
  add({ id: nextId++, text, tone: "plain", ...(action && { action }) });
}

export function sayQuietly(text: string): void {
  add({ id: nextId++, text, tone: "quiet" });
}

export function sayProblem(error: unknown): void {
  if (endsSession(error)) return;
  add({ id: nextId++, text: sentenceFor(error), tone: "problem" });
}

/** The sign-in screen says it better, and by then this belongs to nobody on the page. */
const endsSession = (error: unknown): boolean =>
  error instanceof SessionChangedError || (error instanceof Refusal && error.status === 401);

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export function withdrawOffers(subject: string): void {
  toasts.set(toasts.get().filter(({ action }) => action?.subject !== subject));
}

function add(toast: Toast): void {
  if (toast.action) withdrawOffers(toast.action.subject);
  const others = toasts.get().filter(({ text }) => text !== toast.text);
  toasts.set([...others, toast].slice(-MOST_AT_ONCE));
}
