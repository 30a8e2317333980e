import { emailProblem } from "./checks.ts";
import { EmailField, Form } from "./form.tsx";
import { Link } from "./link.tsx";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

/** Has a link mailed to whoever has the address, and tells nobody whether anybody has. */
export function ForgottenPassword() {
  const { gatepost, texts, paths } = useSurroundings();
  const { forgottenPassword: words, fields, checks } = texts;
  const attempt = useAttempt();
  const form = useForm({
    names: ["email"],
    check: ({ email }) => ({ email: emailProblem(email, checks) }),
    submit: async ({ email }) => {
      const request = { email, redirectTo: paths.newPassword };
      return (await attempt((listener) => gatepost.auth.requestPasswordReset(request, listener))).refused;
    },
  });

  return (
    <div className="gatepost">
      <Form form={form} action={words.action} busy={words.busy} done={words.sent}>
        <EmailField label={fields.email} autoComplete="username" problem={form.problems.email} />
      </Form>
      <div className="gatepost-elsewhere">
        <p>
          <Link to={paths.signIn}>{words.back}</Link>
        </p>
      </div>
    </div>
  );
}
