#include "support/faulty_server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

namespace drift::tests {
namespace {

template <class Write>
std::string in_memory(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  write(memory.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

X509Pointer read_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), X509_free};
}

KeyPointer read_key(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

std::shared_ptr<void> tls_context(const Certificate& own, const std::string& client) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  REQUIRE(SSL_CTX_use_certificate(context.get(), read_certificate(own.certificate).get()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context.get(), read_key(own.key).get()) == 1);
  if (!client.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), read_certificate(client).get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

// One connection; plain, or TLS where there is a context.
class Line : public Connected {
 public:
  Line(int socket, SSL_CTX* context, FaultyServer& server)
      : socket_(socket), server_(server), tls_(context ? SSL_new(context) : nullptr, SSL_free) {
    if (!tls_) return;
    SSL_set_fd(tls_.get(), socket);
    open_ = SSL_accept(tls_.get()) == 1;
  }

  bool open() const { return open_; }
  void send(std::string_view bytes) override {
    while (open_ && !bytes.empty()) {
      const auto size = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), 0));
      if (size <= 0)
        open_ = false;
      else
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  void cut() override {
    ::shutdown(socket_, SHUT_RDWR);
    open_ = false;
  }
  FaultyServer& server() override { return server_; }

  // The next request; false where the client has gone.
  bool receive(SeenRequest& request) {
    const auto head = upto("\r\n\r\n");
    if (!open_) return false;
    const auto line = head.find("\r\n");
    request.line = head.substr(0, line);
    request.headers = head.substr(line + 2);
    std::size_t size = 0;
    if (const auto at = request.headers.find("Content-Length: "); at != std::string::npos) {
      std::from_chars(request.headers.data() + at + 16, request.headers.data() + request.headers.size(),
                      size);
    }
    while (open_ && rest_.size() < size) read_more();
    request.body = rest_.substr(0, size);
    rest_.erase(0, size);
    return open_;
  }

 private:
  std::string upto(std::string_view end) {
    while (open_ && rest_.find(end) == std::string::npos) read_more();
    if (!open_) return {};
    const auto size = rest_.find(end) + end.size();
    auto result = rest_.substr(0, size);
    rest_.erase(0, size);
    return result;
  }
  void read_more() {
    std::array<char, 16384> buffer;
    const auto size = tls_ ? SSL_read(tls_.get(), buffer.data(), buffer.size())
                           : static_cast<int>(::recv(socket_, buffer.data(), buffer.size(), 0));
    if (size <= 0)
      open_ = false;
    else
      rest_.append(buffer.data(), static_cast<std::size_t>(size));
  }

  int socket_;
  FaultyServer& server_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool open_ = true;
  std::string rest_;
};

// OpenSSL writes to closed connections.
void block_pipe_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

Certificate::Certificate() {
  const KeyPointer pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const X509Pointer made(X509_new(), X509_free);
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), pair.get());
  auto* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("drift tests"),
                             -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  for (const auto& [id, text] : {std::pair(NID_subject_alt_name, "IP:127.0.0.1"),
                                 std::pair(NID_basic_constraints, "critical,CA:TRUE")}) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, id, text), X509_EXTENSION_free);
    X509_add_ext(made.get(), extension.get(), -1);
  }
  REQUIRE(X509_sign(made.get(), pair.get(), EVP_sha256()) > 0);
  certificate = in_memory([&](BIO* out) { PEM_write_bio_X509(out, made.get()); });
  key = in_memory(
      [&](BIO* out) { PEM_write_bio_PrivateKey(out, pair.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

FaultyServer::FaultyServer(const Certificate* own, const std::string& client) {
  if (own) tls_ = tls_context(*own, client);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener_, 64) == 0);
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FaultyServer::~FaultyServer() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  end_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::string FaultyServer::url() const {
  return fmt::format("{}://127.0.0.1:{}", tls_ ? "https" : "http", port_);
}

FaultyServer& FaultyServer::then(Step step) {
  const std::lock_guard lock(mutex_);
  steps_.push_back(std::move(step));
  return *this;
}

std::vector<SeenRequest> FaultyServer::requests() {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void FaultyServer::wait_for_end() {
  std::unique_lock lock(mutex_);
  end_.wait(lock, [&] { return ended_; });
}

FaultyServer::Step FaultyServer::take_step(const SeenRequest& request) {
  const std::lock_guard lock(mutex_);
  seen_.push_back(request);
  if (steps_.empty()) return answer(418, "{}");
  auto step = std::move(steps_.front());
  steps_.pop_front();
  return step;
}

void FaultyServer::accept_all() {
  block_pipe_signal();
  for (int number = 1;; ++number) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0) return;
    if (ended_) {
      ::close(socket);
      return;
    }
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void FaultyServer::serve(int socket, int number) {
  {
    Line line(socket, static_cast<SSL_CTX*>(tls_.get()), *this);
    SeenRequest request;
    request.connection = number;
    while (line.open() && line.receive(request)) take_step(request)(line);
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(std::find(sockets_.begin(), sockets_.end(), socket));
  ::close(socket);
}

FaultyServer::Step answer(int status, const std::string& body, const std::string& headers) {
  return [=](Connected& line) {
    line.send(
        fmt::format("HTTP/1.1 {} Text\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}",
                    status, body.size(), headers, body));
  };
}

FaultyServer::Step cut() {
  return [](Connected& line) { line.cut(); };
}

FaultyServer::Step bytes_then_cut(const std::string& bytes) {
  return [=](Connected& line) {
    line.send(bytes);
    line.cut();
  };
}

FaultyServer::Step bytes_then_silence(const std::string& bytes) {
  return [=](Connected& line) {
    line.send(bytes);
    line.server().wait_for_end();
  };
}

FaultyServer::Step events(const std::vector<std::string>& lines) {
  return [=](Connected& line) {
    line.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const auto& text : lines) line.send(fmt::format("{:x}\r\n{}\n\r\n", text.size() + 1, text));
    line.send("0\r\n\r\n");
  };
}

}  // namespace drift::tests
