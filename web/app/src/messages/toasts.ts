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
  /** The ids of what it acts on: a newer offer about one of them, or its deletion, makes this one void. */
  readonly subjects: readonly string[];
}

const MOST_AT_ONCE = 3;

const toasts = observable<readonly Toast[]>([]);
let nextId = 1;

// Messages quote titles and their actions hold tasks: they belong to the person who leaves.
gatepost.onSessionEvent(() => toasts.set([]));
// Neither do they go into the back-forward cache, nor stay where a session was found to have ended.
gatepost.session.subscribe(() => {
  if (gatepost.session.get().status !== "signed-in") toasts.set([]);
});

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

/** `subject`: what was changed on the screen before the server refused it, as the person calls it. */
export function sayTakenBack(subject: string, error: unknown, action?: ToastAction): void {
  if (endsSession(error)) return;
  const text = `Not saved: ${subject}. ${sentenceFor(error)}`;
  add({ id: nextId++, text, tone: "problem", ...(action && { action }) });
}

/** The sign-in screen says it better, and by then this belongs to nobody on the page. */
const endsSession = (error: unknown): boolean =>
  error instanceof SessionChangedError || (error instanceof Refusal && error.status === 401);

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

/** Does what the newest message with a button offers: undoes, reopens. */
export function takeNewestOffer(): void {
  const newest = toasts.get().findLast(({ action }) => action !== undefined);
  if (!newest) return;
  dismiss(newest.id);
  newest.action?.run();
}

export function withdrawOffers(subjects: readonly string[]): void {
  const isVoid = ({ action }: Toast) => action?.subjects.some((subject) => subjects.includes(subject)) ?? false;
  toasts.set(toasts.get().filter((toast) => !isVoid(toast)));
}

function add(toast: Toast): void {
  if (toast.action) withdrawOffers(toast.action.subjects);
  const others = toasts.get().filter(({ text }) => text !== toast.text);
  toasts.set([...others, toast].slice(-MOST_AT_ONCE));
}
