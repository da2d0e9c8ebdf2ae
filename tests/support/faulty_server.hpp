// An HTTP server in this process that answers request after request as the test has written down, faults included: cut
// connections, slow bodies, garbage. With TLS where asked, its certificate made on the spot.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace drift::tests {

struct SeenRequest {
  std::string line;     // `GET /api HTTP/1.1`
  std::string headers;  // the lines after it
  std::string body;
  int connection = 0;  // 1 is the first that was made
};

// Self-signed for 127.0.0.1, in PEM.
struct Certificate {
  Certificate();
  std::string certificate;
  std::string key;
};

class Connected;

class FaultyServer {
 public:
  // What is done with a request: bytes that are sent, or the connection as it is.
  using Step = std::function<void(Connected&)>;

  FaultyServer() : FaultyServer(nullptr) {}
  // With TLS; `client` (PEM) is the only client certificate that it takes, none asks for none.
  explicit FaultyServer(const Certificate* own, const std::string& client = {});
  ~FaultyServer();
  FaultyServer(const FaultyServer&) = delete;
  FaultyServer& operator=(const FaultyServer&) = delete;

  // The next request without a step of its own is done so; requests beyond all steps are answered 418.
  FaultyServer& then(Step step);
  std::string url() const;
  std::vector<SeenRequest> requests();
  // Waits until the server is being ended: for steps that never answer.
  void wait_for_end();

 private:
  void accept_all();
  void serve(int socket, int number);
  Step take_step(const SeenRequest& request);

  int listener_ = -1;
  int port_ = 0;
  std::shared_ptr<void> tls_;  // SSL_CTX
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  std::deque<Step> steps_;
  std::vector<SeenRequest> seen_;
  std::vector<int> sockets_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

// A connection on which a request has come.
class Connected {
 public:
  virtual ~Connected() = default;
  virtual void send(std::string_view bytes) = 0;
  virtual void cut() = 0;  // at once, with what was sent before
  virtual FaultyServer& server() = 0;
};

// Steps.
FaultyServer::Step answer(int status, const std::string& body, const std::string& headers = {});
FaultyServer::Step cut();  // without a word
FaultyServer::Step bytes_then_cut(const std::string& bytes);
FaultyServer::Step bytes_then_silence(const std::string& bytes);
// The answer to a watch: 200, and these events, a chunk each; then its regular end.
FaultyServer::Step events(const std::vector<std::string>& lines);

}  // namespace drift::tests
