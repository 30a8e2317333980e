import { useState } from "react";
import { emailProblem } from "./checks.ts";
import { EmailField, Form } from "./form.tsx";
import { useTexts } from "./provider.tsx";
import { refusedWith, type Refused } from "./refusals.ts";
import { useForm } from "./use-form.ts";
import { useResend } from "./use-resend.ts";

/** A button, for a person whose address is known. */
export function ResendButton({ email }: { readonly email: string }) {
  const { verifyEmail: words, verifyNotice } = useTexts();
  const { resend, secondsLeft } = useResend();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);

  async function press(): Promise<void> {
    if (busy || secondsLeft > 0) return;
    setBusy(true);
    setRefused(await resend(email));
    setBusy(false);
  }

  return (
    <>
      <button
        type="button"
        className="gatepost-button gatepost-button-plain"
        aria-disabled={busy || secondsLeft > 0}
        onClick={() => void press()}
      >
        {busy ? words.resending : secondsLeft > 0 ? words.wait(secondsLeft) : words.resend}
      </button>
      <span role="status">{secondsLeft > 0 && <span className="gatepost-done">{verifyNotice.resent}</span>}</span>
      <span role="alert">{refused && <span className="gatepost-refusal">{refused.sentence}</span>}</span>
    </>
  );
}

/** A form, for somebody who is not signed in: the answer is the same for any address. */
export function ResendForm() {
  const { verifyEmail: words, fields, checks, refusals } = useTexts();
  const { resend, secondsLeft } = useResend();
  const form = useForm({
    names: ["email"],
    check: ({ email }) => ({ email: emailProblem(email, checks) }),
    submit: async ({ email }) =>
      secondsLeft > 0 ? refusedWith({ status: 429, retryAfterSeconds: secondsLeft }, refusals) : resend(email),
  });
  const action = secondsLeft > 0 ? words.wait(secondsLeft) : words.resend;

  return (
    <Form form={form} action={action} busy={words.resending} done={words.resent} tone="plain">
      <EmailField label={fields.email} autoComplete="username" problem={form.problems.email} />
    </Form>
  );
}
