;;; session.el --- A whole session through Emacs' own jsonrpc.el  -*- lexical-binding: t -*-

;; Called as: emacs --batch --script session.el VRXD REQUESTS
;; REQUESTS is a JSON file: an array of {method, params}; the string "$model" in params stands for the handle that
;; model/load answered. Prints the last result as JSON.

(require 'jsonrpc)
(require 'json)

(defvar vrx-model nil "The handle of the loaded network.")

(defun vrx-fill (value)
  "VALUE with the handle in place of \"$model\"."
  (cond ((equal value "$model") vrx-model)
        ((vectorp value) (apply #'vector (mapcar #'vrx-fill value)))
        ((consp value) (mapcar #'vrx-fill value))
        (t value)))

(let* ((daemon (nth 0 command-line-args-left))
       (requests (with-temp-buffer
                   (insert-file-contents (nth 1 command-line-args-left))
                   (json-parse-buffer :object-type 'plist :null-object nil :false-object :json-false)))
       (connection (make-instance
                    'jsonrpc-process-connection
                    :name "vrxd"
                    :events-buffer-scrollback-size 0
                    :process (lambda ()
                               (make-process :name "vrxd" :command (list daemon) :connection-type 'pipe
                                             :coding 'utf-8-emacs-unix :noquery t))
                    :notification-dispatcher #'ignore
                    :request-dispatcher #'ignore))
       result)
  (setq command-line-args-left nil)
  (mapc (lambda (request)
          (let ((method (intern (plist-get request :method))))
            (setq result (jsonrpc-request connection method (vrx-fill (plist-get request :params)) :timeout 300))
            (when (eq method 'initialize)
              (jsonrpc-notify connection 'initialized nil))
            (when (eq method 'model/load)
              (setq vrx-model (plist-get result :model)))))
        requests)
  ;; Params are absent here, which jsonrpc.el sends as null.
  (jsonrpc-request connection 'shutdown nil :timeout 10)
  (jsonrpc-notify connection 'exit nil)
  (let ((process (jsonrpc--process connection)) (patience 100))
    (while (and (process-live-p process) (> patience 0))
      (accept-process-output process 0.05)
      (setq patience (1- patience)))
    (princ (json-encode (list :result result :exitCode (process-exit-status process))))))
