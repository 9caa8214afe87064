"use strict";
// The key stays in the memory of the page: it is forgotten when the page is closed.
SwaggerUIBundle({
  dom_id: "#ui",
  url: "/openapi.json",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  requestSnippetsEnabled: true,
  tryItOutEnabled: false,
  validatorUrl: null,
});
