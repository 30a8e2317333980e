import { Field } from "../controls/field.tsx";
import { RouteLink } from "../routing/route-link.tsx";
import { withNext } from "../routing/redirects.ts";
import { signIn } from "../session/credentials.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { emailProblem, requiredProblem } from "./form-checks.ts";
import { PasswordInput } from "./password-input.tsx";
import { useAuthForm } from "./use-auth-form.ts";

interface SignInScreenProps {
  readonly next: string | null;
  readonly sessionEnded: boolean;
}

export function SignInScreen({ next, sessionEnded }: SignInScreenProps) {
  const { problems, refusal, busy, onSubmit } = useAuthForm({
    names: ["email", "password"],
    check: ({ email, password }) => ({
      email: emailProblem(email),
      password: requiredProblem(password, "Enter your password."),
    }),
    submit: signIn,
  });

  return (
    <AuthLayout title="Welcome back" introduction="Sign in and carry on where you were.">
      <form className="auth-form" noValidate onSubmit={onSubmit}>
        {sessionEnded && !refusal && <p className="notice-box">Your session has ended. Sign in to go on.</p>}
        <div role="alert">{refusal && <p className="problem-box">{refusal}</p>}</div>
        <Field label="Email" problem={problems.email}>
          {(control) => (
            <input
              {...control}
              className="input"
              name="email"
              type="email"
              autoComplete="username"
              inputMode="email"
              required
            />
          )}
        </Field>
        <Field label="Password" problem={problems.password}>
          {(control) => <PasswordInput control={control} autoComplete="current-password" />}
        </Field>
        <button type="submit" className="button button-primary button-wide" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <p className="auth-other-door">
        New here? <RouteLink to={withNext("/sign-up", next)}>Create an account</RouteLink>
      </p>
    </AuthLayout>
  );
}
