import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { applyStoredTheme } from "./appearance/theme.ts";
import "./appearance/tokens.css";
import "./appearance/base.css";
import "@gatepost/client/react/styles.css";
import "./appearance/gatepost.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root element.");

applyStoredTheme();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
