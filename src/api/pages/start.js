"use strict";

const address = "/openapi.json";

// The page asks for the document before it has this script; here it only takes it up.
const found = fetch(address).then((answer) => {
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  return answer.json();
});

// The key is kept for this tab alone, until the tab is closed or the key is taken back with Logout.
const scheme = "ApiKeyAuth";
const slot = "pricebook-key";
const kept = () => {
  try {
    // Earlier versions of this page kept it for longer.
    localStorage.removeItem("authorized");
    return sessionStorage.getItem(slot);
  } catch {
    return null;
  }
};
const keep = (key) => {
  document.getElementById("live").hidden = !/^[a-z]+_live_/.test(key ?? "");
  try {
    if (key) sessionStorage.setItem(slot, key);
    else sessionStorage.removeItem(slot);
  } catch {
    // Without storage the key is asked for again.
  }
};
const keeping = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (authorize) => (given) => {
          keep(given[scheme]?.value?.trim());
          return authorize(given);
        },
        logout: (logout) => (schemes) => {
          keep(null);
          return logout(schemes);
        },
      },
    },
  },
});

// Swagger UI would read the document as YAML, which takes far longer. It would choose the server
// only after it drew everything, and draw everything again.
const take = (spec) => () => ({
  statePlugins: {
    spec: {
      actions: {
        parseToJson: () => ({ specActions, oas3Actions }) => {
          specActions.updateUrl(address);
          specActions.updateJsonSpec(spec);
          oas3Actions.setSelectedServer(spec.servers[0].url);
        },
      },
    },
  },
});

// The operations stay in the order of the document, which is the order in which a newcomer needs them.
const start = (source, plugins) => {
  const ui = SwaggerUIBundle({
    dom_id: "#ui",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    persistAuthorization: false,
    plugins: [keeping, ...plugins],
    requestSnippetsEnabled: true,
    tryItOutEnabled: false,
    validatorUrl: null,
    onComplete: () => {
      const key = kept();
      if (!key) return;
      ui.preauthorizeApiKey(scheme, key);
      keep(key);
    },
    ...source,
  });
};

found.then(
  (spec) => {
    // The page calls the server that it comes from, wherever others reach it.
    for (const server of spec.servers) server.url = new URL(server.url, location.href).pathname;
    start({ spec }, [take(spec)]);
  },
  // Swagger UI asks again, and says what is wrong if that fails too.
  () => start({ url: address }, []),
);
