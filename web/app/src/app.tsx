import { useEffect } from "react";
import { SignInScreen } from "./auth/sign-in-screen.tsx";
import { SignUpScreen } from "./auth/sign-up-screen.tsx";
import { Splash } from "./brand/splash.tsx";
import "./controls/controls.css";
import { Toaster } from "./messages/toaster.tsx";
import { navigate, useLocation } from "./routing/location.ts";
import { redirectFor } from "./routing/redirects.ts";
import { checkSession, useSession } from "./session/session.ts";
import { Workspace } from "./workspace/workspace.tsx";

export function App() {
  useEffect(() => void checkSession(), []);
  return (
    <>
      <Screen />
      <Toaster />
    </>
  );
}

function Screen() {
  const session = useSession();
  const location = useLocation();
  const redirect = redirectFor(session, location);

  useEffect(() => {
    if (redirect) navigate(redirect, { replace: true });
  }, [redirect]);

  if (session.status === "unreachable") return <Splash onRetry={() => void checkSession()} />;
  if (redirect || session.status === "checking") return <Splash />;
  if (session.status === "signed-in") {
    // The key throws away everything the workspace holds when the person changes.
    return <Workspace key={session.person.id} person={session.person} />;
  }
  const next = location.search.get("next");
  if (location.path === "/sign-up") return <SignUpScreen next={next} />;
  return <SignInScreen next={next} sessionEnded={session.because === "ended"} />;
}
