import { GatepostProvider, OnlySignedOut, RequireUser } from "@gatepost/client/react";
import { lazy, Suspense, useEffect, type ComponentType } from "react";
import { AccountScreen } from "./account/account-screen.tsx";
import { ActivityScreen } from "./activity/activity-screen.tsx";
import { AccountDeletedScreen } from "./auth/account-deleted-screen.tsx";
import { ForgottenPasswordScreen } from "./auth/forgotten-password-screen.tsx";
import { NewPasswordScreen } from "./auth/new-password-screen.tsx";
import { SignInScreen } from "./auth/sign-in-screen.tsx";
import { SignUpScreen } from "./auth/sign-up-screen.tsx";
import { VerifyEmailScreen } from "./auth/verify-email-screen.tsx";
import { Splash } from "./brand/splash.tsx";
import "./controls/controls.css";
import { Toaster } from "./messages/toaster.tsx";
import { navigate, useLocation } from "./routing/location.ts";
import { gatepost, type Person } from "./session/session.ts";
import { Workspace } from "./workspace/workspace.tsx";

type Screens<Props> = Readonly<Partial<Record<string, ComponentType<Props>>>>;

const FOR_NOBODY: Screens<object> = { "/sign-in": SignInScreen, "/sign-up": SignUpScreen };

/** Where mails lead, whoever is signed in here. */
const FOR_ANYBODY: Screens<object> = {
  "/forgotten-password": ForgottenPasswordScreen,
  "/new-password": NewPasswordScreen,
  "/verify-email": VerifyEmailScreen,
  "/account-deleted": AccountDeletedScreen,
};

/** For administrators only, so that nobody else has to load it. */
const SecurityScreen = lazy(() =>
  import("./security/security-screen.tsx").catch(() => ({ default: NotLoaded })),
);

const FOR_A_PERSON: Screens<{ readonly person: Person }> = {
  "/": Workspace,
  "/account": AccountScreen,
  "/activity": ActivityScreen,
  "/security": SecurityScreen,
};

export function App() {
  return (
    <GatepostProvider gatepost={gatepost} navigate={navigate}>
      <CurrentScreen />
      <Toaster />
    </GatepostProvider>
  );
}

function CurrentScreen() {
  const { path } = useLocation();
  const waiting = { fallback: <Splash />, unreachable: (retry: () => void) => <Splash onRetry={retry} /> };

  const Anybodys = FOR_ANYBODY[path];
  if (Anybodys) return <Anybodys />;
  const Nobodys = FOR_NOBODY[path];
  if (Nobodys) {
    return (
      <OnlySignedOut {...waiting}>
        <Nobodys />
      </OnlySignedOut>
    );
  }
  const Persons = FOR_A_PERSON[path] ?? Home;
  return (
    <RequireUser {...waiting}>
      {(person) => (
        <Suspense fallback={<Splash />}>
          <Persons person={person} />
        </Suspense>
      )}
    </RequireUser>
  );
}

/** Nothing came, or the server has another version by now. */
function NotLoaded() {
  return <Splash onRetry={() => window.location.reload()} />;
}

/** For paths that the page does not have. */
function Home() {
  useEffect(() => navigate("/", { replace: true }), []);
  return <Splash />;
}
