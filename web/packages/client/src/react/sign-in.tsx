import { useQuery } from "./address.ts";
import { emailProblem } from "./checks.ts";
import { EmailField, Form } from "./form.tsx";
import { OnlySignedOut } from "./guards.tsx";
import { Link } from "./link.tsx";
import { PasswordField } from "./password-field.tsx";
import { withNext } from "./paths.ts";
import { useSession, useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

/** Signs in with email and password, and leads to where `?next=` says. */
export function SignIn() {
  return (
    <OnlySignedOut>
      <SignInForm />
    </OnlySignedOut>
  );
}

function SignInForm() {
  const { gatepost, texts, paths } = useSurroundings();
  const { signIn: words, fields, checks } = texts;
  const session = useSession();
  const attempt = useAttempt();
  const next = useQuery()?.get("next");
  const form = useForm({
    names: ["email", "password"],
    check: ({ email, password }) => ({
      email: emailProblem(email, checks),
      password: password ? undefined : checks.noPassword,
    }),
    submit: async (values) => (await attempt((listener) => gatepost.auth.signIn.email(values, listener))).refused,
  });
  const ended = session.status === "signed-out" && session.because === "ended";

  return (
    <div className="gatepost">
      {ended && !form.refused && <p className="gatepost-notice">{words.sessionEnded}</p>}
      <Form form={form} action={words.action} busy={words.busy}>
        <EmailField label={fields.email} autoComplete="username" problem={form.problems.email} />
        <PasswordField
          name="password"
          label={fields.password}
          autoComplete="current-password"
          problem={form.problems.password}
        />
      </Form>
      <div className="gatepost-elsewhere">
        {form.refused?.code === "EMAIL_NOT_VERIFIED" && (
          <p>
            <Link to={paths.verifyEmail}>{words.confirmAddress}</Link>
          </p>
        )}
        <p>
          <Link to={paths.forgottenPassword}>{words.forgotten}</Link>
        </p>
        <p>
          {words.newHere} <Link to={withNext(paths.signUp, next, paths)}>{words.signUp}</Link>
        </p>
      </div>
    </div>
  );
}
