import type { User } from "../session.ts";
import { emailProblem } from "./checks.ts";
import { EmailField, Form } from "./form.tsx";
import { linkAbout } from "./mailed-links.ts";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

/** Asks for another address. It takes the old one's place by links in mails, not here. */
export function AddressForm({ user }: { readonly user: User }) {
  const { gatepost, texts, paths } = useSurroundings();
  const { account: words, checks } = texts;
  const attempt = useAttempt();
  const form = useForm({
    names: ["email"],
    check: ({ email }) => ({
      email: email.toLowerCase() === user.email.toLowerCase() ? words.sameEmail : emailProblem(email, checks),
    }),
    submit: async ({ email }) => {
      const change = { newEmail: email, callbackURL: linkAbout("change", paths) };
      return (await attempt((listener) => gatepost.auth.changeEmail(change, listener))).refused;
    },
  });
  return (
    <>
      <p className="gatepost-text">
        {words.emailNow} <strong>{user.email}</strong>
        {!user.emailVerified && <span className="gatepost-badge gatepost-badge-notice">{words.emailUnconfirmed}</span>}
      </p>
      <Form
        form={form}
        action={words.changeEmail}
        busy={words.changingEmail}
        done={user.emailVerified ? words.emailFromOld : words.emailToNew}
        tone="plain"
        label={words.emailTitle}
      >
        <EmailField label={words.newEmail} autoComplete="email" problem={form.problems.email} />
      </Form>
    </>
  );
}
