import { Field } from "../controls/field.tsx";
import { RouteLink } from "../routing/route-link.tsx";
import { withNext } from "../routing/redirects.ts";
import { signUp } from "../session/credentials.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { emailProblem, newPasswordProblem, PASSWORD_LENGTH, requiredProblem } from "./form-checks.ts";
import { PasswordInput } from "./password-input.tsx";
import { useAuthForm } from "./use-auth-form.ts";

export function SignUpScreen({ next }: { readonly next: string | null }) {
  const { problems, refusal, busy, onSubmit } = useAuthForm({
    names: ["name", "email", "password"],
    check: ({ name, email, password }) => ({
      name: requiredProblem(name, "Tell us what to call you."),
      email: emailProblem(email),
      password: newPasswordProblem(password),
    }),
    submit: signUp,
  });

  return (
    <AuthLayout title="Create your account" introduction="It takes half a minute. Then the gate is yours.">
      <form className="auth-form" noValidate onSubmit={onSubmit}>
        <div role="alert">{refusal && <p className="problem-box">{refusal}</p>}</div>
        <Field label="Name" problem={problems.name}>
          {(control) => <input {...control} className="input" name="name" autoComplete="name" required />}
        </Field>
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
        <Field label="Password" hint={`At least ${PASSWORD_LENGTH.shortest} characters.`} problem={problems.password}>
          {(control) => <PasswordInput control={control} autoComplete="new-password" />}
        </Field>
        <button type="submit" className="button button-primary button-wide" disabled={busy}>
          {busy ? "Creating…" : "Create account"}
        </button>
      </form>
      <p className="auth-other-door">
        Already have one? <RouteLink to={withNext("/sign-in", next)}>Sign in</RouteLink>
      </p>
    </AuthLayout>
  );
}
