import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.PlanPricesApi;
import org.openapitools.client.api.PlansApi;
import org.openapitools.client.api.RegionalPricingApi;
import org.openapitools.client.model.AddPlanPriceRequest;
import org.openapitools.client.model.BillingInterval;
import org.openapitools.client.model.CreatePlanRequest;
import org.openapitools.client.model.CurrencyCode;
import org.openapitools.client.model.Plan;
import org.openapitools.client.model.PlanPriceItem;
import org.openapitools.client.model.ResyncPlanRegionalPricingRequest;
import org.openapitools.client.model.SetPlanRegionalPricingRequest;
import org.openapitools.client.model.UpdatePlanRequest;

/**
 * Updating one field leaves all others unchanged, and answers may have new fields and new
 * enum values.
 */
public final class Caller {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    try (Later later = new Later(System.getenv("PRICEBOOK_URL"))) {
      ApiClient client = new ApiClient();
      client.updateBaseUri(later.address() + "/api/v1");
      client.setRequestInterceptor(
          request -> request.header("x-api-key", System.getenv("PRICEBOOK_KEY")));
      String code = "java_" + System.nanoTime();
      PlansApi plans = new PlansApi(client);
      make(plans, new PlanPricesApi(client), code);
      updateOneField(plans, later, code);
      resyncEverything(new RegionalPricingApi(client), later, code);
      expect(later.added > 0, "no answer had a field that is new");
    }
  }

  private static void make(PlansApi plans, PlanPricesApi prices, String code) throws Exception {
    CreatePlanRequest plan =
        new CreatePlanRequest()
            .name("From Java " + code)
            .code(code)
            .description("what stays")
            .metadata(Map.of("tier", "gold"))
            .isPublic(true);
    plans.createPlan(plan, null);
    AddPlanPriceRequest price =
        new AddPlanPriceRequest().billingInterval(BillingInterval.MONTHLY).price(4900L);
    prices.addPlanPrice(code, price, null, null);
  }

  private static void updateOneField(PlansApi plans, Later later, String code) throws Exception {
    Plan made = plans.getPlan(code, null).getData();
    plans.updatePlan(code, new UpdatePlanRequest().name("Renamed " + code), null, null);
    later.expectSent(JSON.createObjectNode().put("name", "Renamed " + code));

    Plan found = plans.getPlan(code, null).getData();
    expect(found.getName().equals("Renamed " + code), "the name is " + found.getName());
    expect("what stays".equals(found.getDescription()), "not as it was made: " + found);
    expect(Map.of("tier", "gold").equals(found.getMetadata()), "not as it was made: " + found);
    PlanPriceItem price = found.getPrices().get(0);
    expect(
        price.getBillingInterval() == BillingInterval.UNKNOWN_DEFAULT_OPEN_API,
        "a new value of an enum is read as " + price.getBillingInterval());
    expect(price.getPrice() == 4900, "the price is " + price.getPrice());
    // Everything else is unchanged.
    found.name(made.getName()).updatedAt(made.getUpdatedAt());
    expect(found.equals(made), "an update of the name changed more:\n" + made + "\n" + found);
  }

  /** An empty request means everything; empty lists would mean nothing. */
  private static void resyncEverything(RegionalPricingApi regional, Later later, String code)
      throws Exception {
    SetPlanRegionalPricingRequest yen =
        new SetPlanRegionalPricingRequest().currency(CurrencyCode.JPY).exchangeRate(150.0);
    regional.setPlanRegionalPricing(code, yen, null, null);
    later.expectSent(JSON.createObjectNode().put("currency", "jpy").put("exchangeRate", 150.0));
    regional.resyncPlanRegionalPricing(
        code, "jpy", new ResyncPlanRegionalPricingRequest(), null, null);
    later.expectSent(JSON.createObjectNode());
  }

  private static void expect(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /**
   * Forwards calls to the server, and changes answers as a later version may: every object has an additional field,
   * and prices have a new billing interval.
   */
  private static final class Later implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final String target;
    /** The number of added fields. */
    private volatile int added;
    /** The last request body. */
    private volatile JsonNode sent;

    Later(String target) throws IOException {
      this.target = target;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::pass);
      server.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }

    void expectSent(JsonNode expected) {
      expect(expected.equals(sent), "a call sends " + sent + " instead of " + expected);
    }

    private void pass(HttpExchange call) throws IOException {
      try (call) {
        byte[] body = call.getRequestBody().readAllBytes();
        HttpRequest.Builder request =
            HttpRequest.newBuilder(URI.create(target + call.getRequestURI()))
                .method(call.getRequestMethod(), BodyPublishers.ofByteArray(body));
        for (String name : List.of("x-api-key", "content-type")) {
          String value = call.getRequestHeaders().getFirst(name);
          if (value != null) {
            request.header(name, value);
          }
        }
        if (body.length > 0) {
          sent = JSON.readTree(body);
        }
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        JsonNode grown = JSON.readTree(answer.body());
        grow(grown);
        byte[] written = JSON.writeValueAsBytes(grown);
        call.getResponseHeaders().set("content-type", "application/json");
        call.sendResponseHeaders(answer.statusCode(), written.length);
        call.getResponseBody().write(written);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    /** Changes every object except metadata, whose keys belong to the client. */
    private void grow(JsonNode value) {
      List<String> names = new ArrayList<>();
      value.fieldNames().forEachRemaining(names::add);
      names.remove("metadata");
      names.forEach(name -> grow(value.get(name)));
      if (value.isArray()) {
        value.forEach(this::grow);
      }
      if (value instanceof ObjectNode) {
        ObjectNode object = (ObjectNode) value;
        if (object.has("billingInterval")) {
          object.put("billingInterval", "addedLater");
        }
        object.putObject("addedLater").put("a", 1);
        added++;
      }
    }
  }
}
