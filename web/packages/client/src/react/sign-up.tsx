import { useQuery } from "./address.ts";
import { emailProblem, newPasswordProblem, PASSWORD_LENGTH } from "./checks.ts";
import { EmailField, Form, TextField } from "./form.tsx";
import { OnlySignedOut } from "./guards.tsx";
import { Link } from "./link.tsx";
import { linkAbout } from "./mailed-links.ts";
import { PasswordField } from "./password-field.tsx";
import { withNext } from "./paths.ts";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

/** Makes an account. Where the address has to be confirmed first, that is what comes next. */
export function SignUp() {
  return (
    <OnlySignedOut>
      <SignUpForm />
    </OnlySignedOut>
  );
}

function SignUpForm() {
  const { texts, paths } = useSurroundings();
  const { signUp: words, fields, checks } = texts;
  const next = useQuery()?.get("next");
  const submit = useSignUp();
  const form = useForm({
    names: ["name", "email", "password"],
    check: ({ name, email, password }) => ({
      name: name ? undefined : checks.noName,
      email: emailProblem(email, checks),
      password: newPasswordProblem(password, checks),
    }),
    submit,
  });

  return (
    <div className="gatepost">
      <Form form={form} action={words.action} busy={words.busy}>
        <TextField name="name" label={fields.name} autoComplete="name" problem={form.problems.name} />
        <EmailField label={fields.email} autoComplete="username" problem={form.problems.email} />
        <PasswordField
          name="password"
          label={fields.password}
          autoComplete="new-password"
          hint={fields.passwordHint(PASSWORD_LENGTH.shortest)}
          problem={form.problems.password}
        />
      </Form>
      <div className="gatepost-elsewhere">
        <p>
          {words.haveOne} <Link to={withNext(paths.signIn, next, paths)}>{words.signIn}</Link>
        </p>
      </div>
    </div>
  );
}

function useSignUp() {
  const { gatepost, paths, navigate } = useSurroundings();
  const attempt = useAttempt();
  return async (values: { readonly name: string; readonly email: string; readonly password: string }) => {
    const account = { ...values, callbackURL: linkAbout("address", paths) };
    const { data, refused } = await attempt((listener) => gatepost.auth.signUp.email(account, listener));
    // No session yet, whether the address is new or somebody has it.
    if (data?.token === null) navigate(linkAbout("sign-up", paths));
    return refused;
  };
}
